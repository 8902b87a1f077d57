//! Makes every call of the public interface as a program outside of the workspace does.

fn main() {
    println!("all calls made");
}
