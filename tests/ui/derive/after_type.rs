use resilience::Classify;

#[derive(Classify)]
enum Error {
    #[throttled(after = seconds)]
    A { seconds: u64 },
    #[by_status(0)]
    B(std::string::String),
}

fn main() {}
