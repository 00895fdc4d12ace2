/** Protobuf messages of which only a few fields are of interest, read and written without a model. */
@NullMarked
package dev.merpati.worker.cobalt.proto;

import org.jspecify.annotations.NullMarked;
