/** Which shard, and so which partition, a session belongs to. */
@NullMarked
package dev.merpati.model.shard;

import org.jspecify.annotations.NullMarked;
