//! What happens on one platform shows on the other.
