/** Maps a session to its shard, and so to its partition. */
@NullMarked
package dev.merpati.model.shard;

import org.jspecify.annotations.NullMarked;
