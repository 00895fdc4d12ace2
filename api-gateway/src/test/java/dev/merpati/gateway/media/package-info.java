@NullMarked
package dev.merpati.gateway.media;

import org.jspecify.annotations.NullMarked;
