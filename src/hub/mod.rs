//! Destinations outside kith.
