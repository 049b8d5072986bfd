//! What the contract says about `retry`, sentence by sentence.

mod attempts;
mod budget;
mod calls;
mod delays;
mod filters;
mod hooks;
