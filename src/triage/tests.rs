//! Decisions as tables: an inbound in, changes and effects out, without any I/O.
