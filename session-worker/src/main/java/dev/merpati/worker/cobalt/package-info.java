/** The one package that knows Cobalt: it makes a WhatsApp connection out of Cobalt's codecs, handshake and Signal code. */
@NullMarked
package dev.merpati.worker.cobalt;

import org.jspecify.annotations.NullMarked;
