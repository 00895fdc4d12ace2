@NullMarked
package dev.merpati.model.media;

import org.jspecify.annotations.NullMarked;
