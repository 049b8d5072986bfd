#![doc = include_str!("../README.md")]

mod backoff;
mod circuit;
mod hedge;
mod retry;
mod rules;
mod schedule;
mod text;

pub use crate::{
    backoff::Backoff,
    circuit::{Circuit, Trip, Window},
    hedge::{Hedge, HedgeAfter},
    retry::Retry,
    rules::{Layer, Rule, Stack, Violation, WorstCase},
    schedule::{Jitter, Schedule, Shape},
    text::Text,
};
