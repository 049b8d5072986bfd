//! Behaviour of annotated functions, in virtual time.

mod shapes;
