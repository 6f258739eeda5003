//! The example reports: their true answers, and the whole pipeline over their recorded replies.
