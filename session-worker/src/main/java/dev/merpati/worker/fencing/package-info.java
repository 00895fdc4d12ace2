/** Ownership of shards, and the writes to Redis that only the owner may make. */
@NullMarked
package dev.merpati.worker.fencing;

import org.jspecify.annotations.NullMarked;
