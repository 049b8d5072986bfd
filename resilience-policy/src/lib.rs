#![doc = include_str!("../README.md")]

mod backoff;
mod bulkhead;
mod circuit;
mod hedge;
mod rate_limit;
mod retry;
mod rules;
mod schedule;
mod text;

pub use crate::{
    backoff::Backoff,
    bulkhead::Bulkhead,
    circuit::{Circuit, Trip, Window},
    hedge::{Hedge, HedgeAfter},
    rate_limit::{Rate, RateLimit},
    retry::Retry,
    rules::{Layer, Rule, Stack, Violation, WorstCase},
    schedule::{Jitter, Schedule, Shape},
    text::Text,
};
