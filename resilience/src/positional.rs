//! `#[rate_limit(API)]` and `#[bulkhead(DB)]`: a constant value or a shared `static`, by its type.
//!
//! ```text
//! static LIMIT: OneRateLimit = {
//!     use OtherLimit as _;
//!     (&&LimitPath(&API)).one(&SITE, policy)
//! };
//! static CHECK: () = LIMIT.takes("burst");
//! ```
//!
//! Code that makes statics calls no methods of traits, so each type has its own. Method resolution
//! peels references off one by one, and each type stands at a depth of its own: a name that does not
//! exist is then taken for the first and not called ambiguous, and any other type comes to the trait,
//! whose only purpose is the message.

use resilience_policy::{
    Bulkhead as BulkheadPolicy, Layer, Rate, RateLimit as LimitPolicy, Rule, Stack,
};

use crate::{bulkhead::Bulkhead, rate_limit::RateLimit, site::Site};

/// The limit of one function: its own, or a shared one.
#[derive(Debug)]
pub struct OneOf<L: 'static, V> {
    own: L,
    named: Named<L, V>,
}

/// The rate limit of one function.
pub type OneRateLimit = OneOf<RateLimit, Rate>;
/// The bulkhead of one function.
pub type OneBulkhead = OneOf<Bulkhead, u32>;

/// What a path names.
#[derive(Debug)]
enum Named<L: 'static, V> {
    Value(V),
    Shared(&'static L),
}

impl<L, V> OneOf<L, V> {
    const fn value(own: L, value: V) -> Self {
        let named = Named::Value(value);
        Self { own, named }
    }

    const fn shared(own: L, shared: &'static L) -> Self {
        let named = Named::Shared(shared);
        Self { own, named }
    }

    /// The one that counts.
    #[inline]
    pub const fn get(&'static self) -> &'static L {
        match self.named {
            Named::Shared(shared) => shared,
            Named::Value(_) => &self.own,
        }
    }

    /// Whether this value may stand beside it.
    ///
    /// # Panics
    ///
    /// Beside a shared one. Meant for `static` contexts.
    #[track_caller]
    pub const fn takes(&'static self, key: &str) {
        let (text, may) = (
            Rule::shared_state(key),
            matches!(self.named, Named::Value(_)),
        );
        assert!(may, "{}", text.as_str());
    }
}

impl OneRateLimit {
    /// The policy of a call that brings its values.
    pub const fn policy(&'static self, written: LimitPolicy) -> LimitPolicy {
        match self.named {
            Named::Value(rate) => written.rate(rate),
            Named::Shared(shared) => *shared.policy(),
        }
    }
}

impl OneBulkhead {
    /// The policy of a call that brings its values.
    pub const fn policy(&'static self, written: BulkheadPolicy) -> BulkheadPolicy {
        match self.named {
            Named::Value(size) => written.max(size),
            Named::Shared(shared) => *shared.policy(),
        }
    }
}

/// The path in `#[rate_limit(PATH)]`.
#[derive(Debug)]
pub struct LimitPath<T: 'static>(pub &'static T);

impl LimitPath<RateLimit> {
    /// The shared one, whose values are said where it is defined.
    #[track_caller]
    pub const fn one(self: &&Self, site: &'static Site, _written: LimitPolicy) -> OneRateLimit {
        check_limit(*self.0.policy());
        OneOf::shared(RateLimit::of(site), self.0)
    }

    /// The same, where values of each call stand beside it.
    pub const fn later(self: &&Self, site: &'static Site) -> OneRateLimit {
        OneOf::shared(RateLimit::of(site), self.0)
    }
}

impl LimitPath<Rate> {
    /// The function's own.
    #[track_caller]
    pub const fn one(&self, site: &'static Site, written: LimitPolicy) -> OneRateLimit {
        let policy = written.rate(*self.0);
        check_limit(policy);
        OneOf::value(RateLimit::of(site).with_policy(policy), *self.0)
    }

    /// The same, where values of each call stand beside it.
    pub const fn later(&self, site: &'static Site) -> OneRateLimit {
        OneOf::value(RateLimit::of(site), *self.0)
    }
}

/// A type that `#[rate_limit(PATH)]` takes.
#[diagnostic::on_unimplemented(
    message = "R057: `{Self}` is neither a `Rate` nor a `RateLimit`",
    label = "write `100/s`, a `const RATE: Rate`, or a `static API: RateLimit`"
)]
pub trait RateOrLimit {}

impl RateOrLimit for Rate {}
impl RateOrLimit for RateLimit {}

/// What becomes of any other type.
pub trait OtherLimit<T> {
    /// Does not compile.
    fn one(&self, site: &'static Site, written: LimitPolicy) -> OneRateLimit
    where
        T: RateOrLimit;
    /// Does not compile.
    fn later(&self, site: &'static Site) -> OneRateLimit
    where
        T: RateOrLimit;
}

impl<T> OtherLimit<T> for LimitPath<T> {
    fn one(&self, site: &'static Site, written: LimitPolicy) -> OneRateLimit
    where
        T: RateOrLimit,
    {
        LimitPath(const { &Rate::per_second(0) }).one(site, written)
    }

    fn later(&self, site: &'static Site) -> OneRateLimit
    where
        T: RateOrLimit,
    {
        LimitPath(const { &Rate::per_second(0) }).later(site)
    }
}

/// The path in `#[bulkhead(PATH)]`.
#[derive(Debug)]
pub struct BulkheadPath<T: 'static>(pub &'static T);

impl BulkheadPath<Bulkhead> {
    /// The shared one, whose values are said where it is defined.
    #[track_caller]
    pub const fn one(self: &&Self, site: &'static Site, _written: BulkheadPolicy) -> OneBulkhead {
        check_bulkhead(*self.0.policy());
        OneOf::shared(Bulkhead::of(site), self.0)
    }

    /// The same, where values of each call stand beside it.
    pub const fn later(self: &&Self, site: &'static Site) -> OneBulkhead {
        OneOf::shared(Bulkhead::of(site), self.0)
    }
}

impl BulkheadPath<u32> {
    /// The function's own.
    #[track_caller]
    pub const fn one(&self, site: &'static Site, written: BulkheadPolicy) -> OneBulkhead {
        let policy = written.max(*self.0);
        check_bulkhead(policy);
        OneOf::value(Bulkhead::of(site).with_policy(policy), *self.0)
    }

    /// The same, where values of each call stand beside it.
    pub const fn later(&self, site: &'static Site) -> OneBulkhead {
        OneOf::value(Bulkhead::of(site), *self.0)
    }
}

/// A type that `#[bulkhead(PATH)]` takes.
#[diagnostic::on_unimplemented(
    message = "R057: `{Self}` is neither a `u32` nor a `Bulkhead`",
    label = "write `10`, a `const SLOTS: u32`, or a `static DB: Bulkhead`"
)]
pub trait SizeOrBulkhead {}

impl SizeOrBulkhead for u32 {}
impl SizeOrBulkhead for Bulkhead {}

/// What becomes of any other type.
pub trait OtherBulkhead<T> {
    /// Does not compile.
    fn one(&self, site: &'static Site, written: BulkheadPolicy) -> OneBulkhead
    where
        T: SizeOrBulkhead;
    /// Does not compile.
    fn later(&self, site: &'static Site) -> OneBulkhead
    where
        T: SizeOrBulkhead;
}

impl<T> OtherBulkhead<T> for BulkheadPath<T> {
    fn one(&self, site: &'static Site, written: BulkheadPolicy) -> OneBulkhead
    where
        T: SizeOrBulkhead,
    {
        BulkheadPath(&0).one(site, written)
    }

    fn later(&self, site: &'static Site) -> OneBulkhead
    where
        T: SizeOrBulkhead,
    {
        BulkheadPath(&0).later(site)
    }
}

#[track_caller]
const fn check_limit(policy: LimitPolicy) {
    let policy = Some(policy);
    Stack::new(&[Layer::RateLimit { policy }]).assert_all_but(0, &[]);
}

#[track_caller]
const fn check_bulkhead(policy: BulkheadPolicy) {
    let policy = Some(policy);
    Stack::new(&[Layer::Bulkhead { policy, own: false }]).assert_all_but(0, &[]);
}
