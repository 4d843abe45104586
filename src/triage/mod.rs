//! Duplicates, routes and the decision itself.
