/** The shards that this worker owns and the sessions in them. */
@NullMarked
package dev.merpati.worker.shard;

import org.jspecify.annotations.NullMarked;
