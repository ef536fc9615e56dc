from dataclasses import dataclass

from wayfare import App, Route, Router, component, create_async, query, revalidate
from wayfare.html import button, div, p

@dataclass
class User:
    name: str

@query("user")
async def get_user() -> User:
    ...  # fetches the user's data
    return User(name="John")

@component
def UserProfile():
    user = create_async(get_user)

    async def refresh():
        await revalidate(get_user.key)

    return div[
        button(on_click=refresh)["Refresh"],
        p[lambda: user().name],
    ]

app = App(lambda: Router[Route(path="/", component=UserProfile)])
