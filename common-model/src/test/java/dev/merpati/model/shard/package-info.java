@NullMarked
package dev.merpati.model.shard;

import org.jspecify.annotations.NullMarked;
