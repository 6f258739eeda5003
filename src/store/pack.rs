//! Text made small.

/// Largest text that is unpacked, in bytes: what is kept is made of reports of at most 16 MiB.
const MOST: usize = 256 * 1024 * 1024;

/// Compresses.
pub(super) fn pack(text: &[u8]) -> Vec<u8> {
    lz4_flex::compress_prepend_size(text)
}

/// The text again; `None` for what was not packed here.
pub(super) fn unpack(packed: &[u8]) -> Option<String> {
    let (size, _) = packed.split_first_chunk::<4>()?;
    // The size is believed before a byte is read.
    if u32::from_le_bytes(*size) as usize > MOST {
        return None;
    }
    String::from_utf8(lz4_flex::decompress_size_prepended(packed).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_and_noise_does_not() {
        let text = "望江证券研究报告\n".repeat(100);
        let packed = pack(text.as_bytes());
        assert!(packed.len() < text.len() / 10);
        assert_eq!(unpack(&packed).as_deref(), Some(text.as_str()));
        for noise in [&b""[..], b"abc", b"\xff\xff\xff\xff rest", packed.get(..packed.len() - 3).unwrap()] {
            assert_eq!(unpack(noise), None);
        }
    }
}
