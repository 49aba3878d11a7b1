//! The one integration binary; its folders mirror the URLs.
