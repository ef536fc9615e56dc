"""The demo's pages: the layout with the table list, a table's frame, its rows, one row, the edit form."""
