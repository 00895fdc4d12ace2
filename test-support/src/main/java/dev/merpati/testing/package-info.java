/** Servers that tests start: groups of Redis servers, an S3 server. Never part of the product. */
@NullMarked
package dev.merpati.testing;

import org.jspecify.annotations.NullMarked;
