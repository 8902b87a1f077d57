# Each command has one name; what it runs is what one would type without `just`.

# List the commands.
default:
    @just --list

# Run the tests of the default members.
test *arguments:
    cargo test {{arguments}}

# Run everything that must hold before a change goes in.
ci:
    .ci/run

# Plant each known mistake, and show that a clause of the contract turns red.
mutations *arguments:
    cargo run -p routier-conformance-tests --bin mutations -- {{arguments}}

# Run the models of interleavings (`--iterations 100_000`: for long; `--mutations`: show that each can fail).
models *arguments:
    cargo run -p routier-models -- {{arguments}}

# Run random histories for an hour (`--minutes 5`: for less) on each kind of store, and check them.
campaign *arguments:
    cargo run -p routier-conformance-tests --bin campaign -- {{arguments}}

# Measure against hand-written maps and print the ratios.
bench *arguments:
    cargo run --release -p routier-benches -- {{arguments}}

# Measure the storages that outlive the process beside redb and SQLite by hand.
durable *arguments:
    cargo run --release -p routier-benches --features durable --bin durable -- {{arguments}}

# Measure what deriving costs the compiler (`--peers`: beside other libraries).
compile-cost *arguments:
    cargo run --release -p routier-benches --bin compile-cost -- {{arguments}}

# Load a dependency graph and answer questions about it.
inventory *arguments:
    cargo run -p routier-examples --example inventory -- {{arguments}}

# Run the smallest complete program.
quickstart:
    cargo run -p routier-examples --example quickstart

# Build the documentation, warnings denied.
doc *arguments:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --workspace {{arguments}}
