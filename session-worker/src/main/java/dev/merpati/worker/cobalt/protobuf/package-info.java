/** Protobuf messages of WhatsApp's for which Cobalt has no model, field by field. */
@NullMarked
package dev.merpati.worker.cobalt.protobuf;

import org.jspecify.annotations.NullMarked;
