//! What the contract says about `retry`, sentence by sentence.

mod budget;
mod calls;
mod delays;
mod filters;
