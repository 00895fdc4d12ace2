/**
 * WhatsApp as the worker sees it: an interface that does not know which library stands behind it.
 */
@NullMarked
package dev.merpati.worker.whatsapp;

import org.jspecify.annotations.NullMarked;
