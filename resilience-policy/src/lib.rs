#![doc = include_str!("../README.md")]

mod backoff;
mod bulkhead;
mod circuit;
mod rate_limit;
mod retry;
mod rules;
mod schedule;
mod text;

pub use crate::{
    backoff::Backoff,
    bulkhead::Bulkhead,
    circuit::{Circuit, Trip, Window},
    rate_limit::{Rate, RateLimit},
    retry::Retry,
    rules::{Layer, Rule, Stack, Violation, WorstCase},
    schedule::{Jitter, Schedule, Shape},
    text::Text,
};
