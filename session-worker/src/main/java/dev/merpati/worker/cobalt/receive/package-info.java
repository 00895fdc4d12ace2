/** What others send: messages and receipts. */
@NullMarked
package dev.merpati.worker.cobalt.receive;

import org.jspecify.annotations.NullMarked;
