#![doc = include_str!("../README.md")]

mod backoff;
mod bulkhead;
mod cache;
mod circuit;
mod hedge;
mod idempotent;
mod rate_limit;
mod retry;
mod rules;
mod schedule;
mod text;

pub use crate::{
    backoff::Backoff,
    bulkhead::Bulkhead,
    cache::Cache,
    circuit::{Circuit, Trip, Window},
    hedge::{Hedge, HedgeAfter},
    idempotent::Idempotent,
    rate_limit::{Rate, RateLimit},
    retry::Retry,
    rules::{Layer, Rule, Stack, Violation, WorstCase},
    schedule::{Jitter, Schedule, Shape},
    text::Text,
};
