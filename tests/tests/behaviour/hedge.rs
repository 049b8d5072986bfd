//! What the contract says about `hedge`, sentence by sentence.

mod attempts;
mod budget;
mod percentile;
mod stacks;
