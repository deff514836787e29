//! Fashion-MNIST, if it is there: `../shared/data/fashion-mnist` beside the project.

use monograd::files::read_idx;
use monograd::ndarray::{Array1, Array3};

use super::*;

#[test]
fn fashion_mnist_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/fashion-mnist");
    if !folder.exists() {
        println!("skipped: no `{}`", folder.display());
        return;
    }
    for (name, samples) in [("train", 60_000), ("t10k", 10_000)] {
        let images: Array3<u8> = read_idx(folder.join(format!("{name}-images-idx3-ubyte.gz"))).unwrap();
        assert_eq!(images.dim(), (samples, 28, 28));
        let labels: Array1<u8> = read_idx(folder.join(format!("{name}-labels-idx1-ubyte.gz"))).unwrap();
        let mut counts = [0; 10];
        labels.iter().for_each(|&label| counts[usize::from(label)] += 1);
        assert_eq!(counts, [samples / 10; 10]);
    }
}
