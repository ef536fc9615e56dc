// Written by `python -m wayfare.wire.generate` from wire/messages.py and render/patches.py.

export const VERSION = 1;

// Client to server.
export const HELLO = 1;
export const EVENT = 2;
export const NAVIGATE = 3;
export const MOVED = 4;
export const PRELOAD = 5;
export const ACK = 6;
export const VISIBLE = 7;
export const PING = 8;

// Server to client: patches, and the page's own operations.
export const TEXT = 1;
export const ATTR = 2;
export const CONTENT = 3;
export const LIST = 4;
export const TEMPLATE = 5;
export const CALL = 6;
export const WELCOME = 20;
export const FRESH = 21;
export const PUSH = 22;
export const GO = 23;
export const LOAD = 24;
export const HEAD = 25;
export const ROUTING = 26;
export const NOTICE = 27;
export const RELOAD = 28;
export const PONG = 29;
export const GUARD = 30;
export const SCROLL = 31;

// Why the server closes a socket.
export const CLOSE_REFUSED = 4403;
export const CLOSE_REPLACED = 4409;
export const CLOSE_VERSION = 4426;
export const CLOSE_FAILED = 4500;
