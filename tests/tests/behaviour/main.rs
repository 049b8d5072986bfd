//! Behaviour of annotated functions, in virtual time.

mod circuits;
mod corners;
mod instrument;
mod sagas;
mod shapes;
