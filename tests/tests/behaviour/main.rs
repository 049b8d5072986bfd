//! Behaviour of annotated functions, in virtual time.

mod circuits;
mod sagas;
mod shapes;
