@NullMarked
package dev.merpati.dispatcher.webhook;

import org.jspecify.annotations.NullMarked;
