//! A council that is well, slow, down, gone, or forgetful.
