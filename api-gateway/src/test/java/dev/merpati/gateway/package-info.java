@NullMarked
package dev.merpati.gateway;

import org.jspecify.annotations.NullMarked;
