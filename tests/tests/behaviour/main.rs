//! Behaviour of annotated functions, in virtual time.

mod sagas;
mod shapes;
mod sizes;
