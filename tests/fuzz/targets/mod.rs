//! One file for each parser, or for a few that read the same thing.

mod audit_dump;
mod bodies;
mod choice;
mod confirm;
mod cursor;
mod event_document;
mod gzip;
mod headers;
mod jwks;
mod keys;
mod layout;
mod layout_answer;
mod layout_render;
mod names;
mod packed_layout;
mod pretix;
mod socket;
mod stream;
mod token;
mod viewport;
