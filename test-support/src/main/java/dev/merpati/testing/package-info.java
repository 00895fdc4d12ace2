/** Servers and programs that tests start: groups of Redis servers, an S3 server, a worker. Never part of the product. */
@NullMarked
package dev.merpati.testing;

import org.jspecify.annotations.NullMarked;
