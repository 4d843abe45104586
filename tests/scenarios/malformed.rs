//! What no platform should send: nothing panics, nothing is lost, all of it is counted.
