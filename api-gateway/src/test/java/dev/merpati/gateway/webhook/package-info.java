@NullMarked
package dev.merpati.gateway.webhook;

import org.jspecify.annotations.NullMarked;
