@NullMarked
package dev.merpati.model.session;

import org.jspecify.annotations.NullMarked;
