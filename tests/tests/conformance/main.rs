//! What the suites of other systems ask of theirs, asked of ours.
//!
//! Each test has the name of its row in `docs/conformance.md`, which also lists the rows that
//! have no test, and why.

mod circuit_count;
mod circuit_stacks;
mod circuit_time;
mod forced;
mod half_open;
mod harness;
