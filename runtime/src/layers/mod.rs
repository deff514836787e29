//! The arithmetic of each layer, in a file of the same name as its rules in `schema`.
