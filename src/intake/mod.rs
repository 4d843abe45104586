//! Text to reading.
