@NullMarked
package dev.merpati.media;

import org.jspecify.annotations.NullMarked;
